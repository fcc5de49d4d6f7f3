"""The outside world: adapters and their fakes; knows no model of ours.

`payment.py` says what a provider of payments must do, `registry.py` which ones are turned on.
"""
