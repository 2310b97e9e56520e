"""Rules over what an environment says of steps, whatever the last revision was."""
