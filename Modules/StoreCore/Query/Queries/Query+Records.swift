extension Query {
    /// All records that match, in order.
    ///
    /// - Throws: ``QueryError`` if the query is malformed; what the reader throws when it is
    ///   stopped or its bucket is gone.
    /// - Complexity: O(log n + m) for m matches that an index finds in order, plus O(m log m) if
    ///   they have to be sorted, O(n) if no index helps.
    public func all() throws -> [Record] {
        try run("all", need: .asked, reading: .all) { run in
            let records = run.records()
            let isCut = run.window.remaining < .max && records.count == run.window.remaining
            return (records, isCut ? records.last.map { RecordRef($0.storage) } : nil)
        }
    }

    /// Shows `body` each record that matches, in no particular order.
    ///
    /// Whoever tracks what has been read notes `fields`, and those of the predicate: to the others `body` must not look.
    ///
    /// - Throws: as `all()`.
    /// - Complexity: as `all()`, without sorting; no list of the records is made.
    public func forEach(reading fields: [String], _ body: (Record) -> Void) throws {
        try run("forEach", need: .ofWindow, reading: FieldMask.of(fields)) { run in
            run.execution.forEach(run.window) { record in
                body(Record(record.storage))
                return true
            }
            return ((), nil)
        }
    }

    /// The first record that matches, if any.
    ///
    /// - Throws: as `all()`.
    /// - Complexity: O(log n) if an index finds matches in order, otherwise O(n) at worst.
    public func first() throws -> Record? {
        try run("first", limit: 1, need: .asked, reading: .all) { run in
            let record = run.firstRecord()
            return (record, record.map { RecordRef($0.storage) })
        }
    }

    /// The first `count` records that match, in order.
    ///
    /// - Throws: as `all()`, and ``QueryError`` if `count` is negative.
    /// - Complexity: as `limit(count).all()`.
    public func first(_ count: Int) throws -> [Record] {
        try QueryError.check(limit: count)
        let query = try limit(window(limit: count).remaining)
        return try query.all()
    }

    /// Whether any record matches.
    ///
    /// - Throws: as `all()`.
    /// - Complexity: O(log n) if an index answers the predicate, otherwise O(n) at worst.
    public func exists() throws -> Bool {
        try run("exists", limit: 1, need: .none, isTally: true, reading: .none) { run in
            (run.execution.count(run.window) > 0, nil)
        }
    }

    /// How many records match; within the query's limit and offset, if it has them.
    ///
    /// - Throws: as `all()`.
    /// - Complexity: O(log n) without looking at any record if an index answers the predicate or
    ///   there is none, O(m) for m records that the best index finds, otherwise O(n).
    public func count() throws -> Int {
        try run("count", need: .none, isTally: true, reading: .none) { run in
            (run.execution.count(run.window), nil)
        }
    }

    /// Carries the query out and tells how.
    ///
    /// - Throws: as `all()`.
    /// - Complexity: that of `all()`.
    public func explain() throws -> Explanation {
        try run("explain", need: .asked, reading: .all) { run in
            run.execution.forEach(run.window) { _ in true }
            return (run.explanation(predicate.description), nil)
        }
    }
}

extension QueryRun {
    /// How the query was carried out; `predicate` is its predicate in words.
    func explanation(_ predicate: String) -> Explanation {
        Explanation(
            execution.plan, predicate, examined: execution.examined, returned: execution.shown,
            in: view.layout)
    }

    /// The records of the window.
    mutating func records() -> [Record] {
        var records: [Record] = []
        records.reserveCapacity(execution.expected(window))
        execution.forEach(window) { record in
            records.append(Record(record.storage))
            return true
        }
        return records
    }

    /// The first record of the window.
    mutating func firstRecord() -> Record? {
        var first: Record?
        execution.forEach(window) { record in
            first = Record(record.storage)
            return false
        }
        return first
    }
}
