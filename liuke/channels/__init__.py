"""The outside world: adapters and their fakes; knows no model of ours."""
