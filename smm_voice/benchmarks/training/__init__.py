"""`bench=training`: this project's training step beside that of the trainers people use."""
