"""The one way to reach a person: consent gate, messages, delivery."""
