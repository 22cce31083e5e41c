"""What can be bought: cards, hosts, models, engines and prices, each with its source."""
