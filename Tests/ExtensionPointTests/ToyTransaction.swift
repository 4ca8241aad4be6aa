import StoreCore

// Optimistic transactions as a stranger's module, on tracked readers and `commit(requiring:)`.

/// What a transaction's body works with: reads of one position, and writes that happen when it ends.
final class ToyTransaction {
    private let store: Store
    fileprivate let snapshot: Snapshot
    fileprivate let recorder = ReadRecorder()
    /// What is to be written.
    var writes = WriteBatch()

    fileprivate init(_ store: Store) throws {
        self.store = store
        snapshot = try store.snapshot()
    }

    /// A bucket to read; what is read has to be still true when the transaction commits.
    func bucket(_ name: String) throws -> TrackedReader {
        try snapshot.bucket(name).tracked(by: recorder)
    }

    fileprivate var requirement: CommitRequirement {
        .unchanged(recorder.readSet, since: snapshot)
    }
}

extension Store {
    /// Runs `body` as a serializable transaction; it may run several times, the last time while others wait.
    @discardableResult
    nonisolated(nonsending) func toyTransaction<R>(
        id: String, attempts: Int = 3, _ body: (ToyTransaction) throws -> R
    ) async throws -> R {
        for _ in 1..<attempts {
            do { return try await attempt(id, body) } catch is ConflictError {}
        }
        return try await exclusively { try await attempt(id, body) }
    }

    private nonisolated(nonsending) func attempt<R>(
        _ id: String, _ body: (ToyTransaction) throws -> R
    ) async throws -> R {
        let transaction = try ToyTransaction(self)
        let result = try StoreContext.with({ $0.writesForbidden = "inside a toy transaction" }) {
            try body(transaction)
        }
        try await StoreContext.with({ $0.transactionID = id }) {
            _ = try await commit(transaction.writes, requiring: [transaction.requirement])
        }
        return result
    }
}
