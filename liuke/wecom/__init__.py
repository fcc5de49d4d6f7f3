"""WeCom as a channel of the desk: customer service (微信客服), and mentions of the brand in groups.

An Account is a customer service account with the cursor up to which it was read. Whoever writes is a customer by their
id at WeCom. Answers go out while WeCom lets us speak: 48 hours and five messages since the customer last wrote.
"""
