"""Brushes: what every world paints with. Pure numpy, numba, OpenCV and Skia; no state but their arguments."""
