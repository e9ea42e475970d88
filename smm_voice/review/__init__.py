"""What people say: blind pairs of posts, their answers, and how far the voice score agrees."""
