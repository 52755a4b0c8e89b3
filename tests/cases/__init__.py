"""Cases that come from outside, each through a contract document."""
