class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self.balance:
            raise RuntimeError(f"{self.owner} has only {self.balance}")
        self.balance -= amount
        self.history.append(("withdraw", amount))

    def __repr__(self):
        return f"Account({self.owner!r}, {self.balance})"

accounts = {name: Account(name, amount) for name, amount in [("ada", 100), ("bob", 20)]}

def transfer(source, target, amount):
    accounts[source].withdraw(amount)
    accounts[target].deposit(amount)

for source, target, amount in [("ada", "bob", 30), ("bob", "ada", 500), ("ada", "zoe", 5), ("ada", "bob", 0)]:
    try:
        transfer(source, target, amount)
        print("moved", amount)
    except RuntimeError as error:
        print("refused:", error)
    except KeyError as error:
        print("nobody called", error)
    except ValueError as error:
        print("invalid:", error)
print(list(accounts.values()))
print(accounts["ada"].history)
accounts["ada"].balance + accounts["bob"].balance
