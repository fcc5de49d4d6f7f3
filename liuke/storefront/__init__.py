"""The shop that customers open: its front page, put together by staff from blocks, and the pages of clients/shop.

A **front** says which of the brand's shops the pages sell for. A **block** is one part of the front page: a banner,
products, coupons that everybody may take, or the way into a draw. What is built from clients/shop lies in `built/` and
is served under /shop/. Stands above all that a block may show, and above all that a **notice** in the customer's inbox
may tell of. Records nothing.
"""
