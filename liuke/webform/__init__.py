"""The page on which anybody reports a problem without an account, and the page on which they follow it.

A Report is what was left there: who to answer, and on which conversation. Its links are signed. The one on the screen
shows how far it is; only the one that went to the phone shows what was said, so that nobody learns anything by typing
somebody else's number. Mail brings the words themselves.
"""
