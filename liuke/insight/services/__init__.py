"""What insight writes: `export` orders to Parquet, `engine` runs expressions on them, `refresh` stores the answers."""
