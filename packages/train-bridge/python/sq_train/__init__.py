"""The training worker: reads a run folder, trains, writes events, checkpoints and a model."""

__version__ = "0.1.0"
