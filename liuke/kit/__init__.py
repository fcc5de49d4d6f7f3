"""Small tools without models and without words of the trade."""
