"""家戶總覽 and 家戶: who lives here and who already serves them."""
