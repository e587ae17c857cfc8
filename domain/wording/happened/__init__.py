"""What happened, each fact in one sentence, in modules named as the capabilities."""
