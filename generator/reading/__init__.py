"""From files to values that know their place."""
