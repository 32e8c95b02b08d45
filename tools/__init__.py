"""The parts of `./dev`, one file per question. Environment parts use the standard library only."""
