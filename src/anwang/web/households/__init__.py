"""家戶總覽 and 家戶與個案: who lives here and who already serves them."""
