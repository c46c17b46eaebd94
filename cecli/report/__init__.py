"""What an evaluation found: plain frozen values, and the JSON that they are written as."""
