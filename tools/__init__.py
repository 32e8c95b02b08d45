"""The parts of `./dev`, one file per question; environment parts are stdlib only."""
