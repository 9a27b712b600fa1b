"""Raw data that stand in for confidential ones, and the makers that wrote them."""
