"""The Python side of Tests/Parity/run."""
