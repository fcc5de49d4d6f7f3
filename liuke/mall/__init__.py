"""Orders and their lines (source `import` or `shop`); suppliers, shops, payments and returns come to stand here."""
