"""What insight knows without a database: a folder instead of one file, because the purchase models alone fill one.

`rows` customers as (repeats, recency, age), checked and grouped; `purchase` fits BG/NBD and MBG/NBD on them; `outlook`
says what a fitted model expects of a customer.
"""
