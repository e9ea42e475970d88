window.YTD.account.part0 = [
  {
    "account": {
      "email": "press@example.org",
      "createdVia": "web",
      "username": "NASA",
      "accountDisplayName": "NASA"
    }
  }
]
