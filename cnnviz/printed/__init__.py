"""The numbers printed in the papers that the lessons show beside their own, paper by paper."""
