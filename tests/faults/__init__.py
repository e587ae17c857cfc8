"""What happens to Concordat when its parts die, hang, lose or repeat things: real processes, real servers, one oracle."""
