"""The console: channels, buses, sends, effects and automation as plain data, and what renders them."""
