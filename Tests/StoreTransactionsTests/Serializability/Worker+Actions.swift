import StoreCore
import StoreTesting

extension Worker {
    func perform(_ action: Action, _ desk: Desk) throws {
        switch action {
        case .append: try append(to: random.below(Shelf.registers.keys), desk)
        case .readRegister: try desk.ask(.key(random.below(Shelf.registers.keys)), .registers)
        case .skew:
            // Reads one list, and appends to another.
            try desk.ask(.key(random.below(Shelf.registers.keys)), .registers)
            try append(to: random.below(Shelf.registers.keys), desk)
        case .transfer: try transfer(desk)
        case .audit: try audit(desk)
        case .look: try desk.ask(question(), random.once(in: 4) ? .small : .things)
        case .insertBesideAbsent: try insertBesideAbsent(desk)
        case .insertSmall: try put(random.below(Shelf.small.keys), .small, desk)
        case .delete: try desk.delete(random.below(Shelf.things.keys), .things)
        case .move: try move(desk)
        case .overwrite:
            let key = random.below(Shelf.things.keys)
            for _ in 0..<2 { try put(key, .things, desk) }
        case .increment:
            let shelf = random.pick([Shelf.registers, .things])
            try desk.increment(random.below(shelf.keys), by: 1 + random.below(5), shelf)
        case .touch:
            guard var row = try desk.row(random.below(Shelf.things.keys), .things) else { return }
            row.deadline = random.once(in: 3) ? .max : deadline(desk)
            try desk.setDeadline(row, .things)
        case .markRange:
            let low = random.below(36)
            try desk.mark(low, low + 4, with: nextValue(), .things)
        case .deleteRange:
            let low = random.below(40)
            try desk.deleteRange(low, low + 2, .things)
        case .savepoint: break
        }
    }

    private func question() -> Question {
        let low = random.below(36)
        return switch random.below(11) {
        case 0, 1: .range(low, low + 5)
        case 2: .count(low, low + 8)
        case 3: .top(3, from: low)
        case 4: .oldest(4)
        case 5: .heavy(8)
        case 6: .exists(random.below(Shelf.small.keys))
        case 7: .sum(low, low + 8)
        case 8: .last(2, below: low)
        case 9: .key(random.below(Shelf.small.keys))
        default: .all
        }
    }

    private func append(to key: Int, _ desk: Desk) throws {
        guard var row = try desk.row(key, .registers) else { return }
        let value = nextValue()
        row.append(value)
        row.mark = value
        try desk.update(row, .registers)
    }

    private func transfer(_ desk: Desk) throws {
        let (from, to) = (random.below(Shelf.accounts.keys), random.below(Shelf.accounts.keys))
        guard from != to, var payer = try desk.row(from, .accounts),
            var payee = try desk.row(to, .accounts)
        else { return }
        let amount = random.below(20)
        payer.tally -= amount
        payee.tally += amount
        (payer.mark, payee.mark) = (nextValue(), nextValue())
        try desk.update(payer, .accounts)
        try desk.update(payee, .accounts)
    }

    /// Whatever else goes on, the accounts have together what they always had.
    private func audit(_ desk: Desk) throws {
        let accounts = try desk.ask(.all, .accounts).rows
        let sum = accounts.reduce(0) { $0 + $1.tally }
        if sum != Shelf.total {
            report(Finding(.unbalanced, "\(desk.attempt.id) has counted \(sum)"))
        }
    }

    /// Finds that one key is free, and takes another.
    private func insertBesideAbsent(_ desk: Desk) throws {
        guard try desk.row(random.below(Shelf.things.keys), .things) == nil else { return }
        try put(random.below(Shelf.things.keys), .things, desk)
    }

    /// Inserts or updates a record, of which nothing stays but the deadline.
    private func put(_ key: Int, _ shelf: Shelf, _ desk: Desk) throws {
        var row = newRow(key, mark: nextValue())
        if let old = try desk.row(key, shelf) {
            row.deadline = old.deadline
            return try desk.update(row, shelf)
        }
        if random.once(in: 2) { row.deadline = deadline(desk) }
        try desk.insert(row, shelf)
    }

    private func deadline(_ desk: Desk) -> Int64 {
        desk.attempt.now + Int64(200 + random.below(4_000))
    }

    private func move(_ desk: Desk) throws {
        guard var row = try desk.row(random.below(Shelf.things.keys), .things) else { return }
        row.rank = random.below(40)
        row.weight = random.below(10)
        row.mark = nextValue()
        try desk.update(row, .things)
    }
}
