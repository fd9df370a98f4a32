"""What `bench_mixer` and `bench_assistant` share."""
