"""What `make bench-singer` is made of: takes of the verses, what the judges say of them, and the table."""
