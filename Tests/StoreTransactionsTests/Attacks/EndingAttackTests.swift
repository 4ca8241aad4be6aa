import Dispatch
import Foundation
import StoreCore
import StoreTesting
import StoreTransactions
import Synchronization
import Testing

@Suite(.serialized) struct `A transaction that ends in the middle of something` {
    /// Ends a transaction in the predicate of its own query, and takes away meanwhile what that query reads.
    @Test(arguments: [false, true])
    func `lets the query go on with the version that it began with`(writes: Bool) async throws {
        let ledger = try await Ledger.filled("a", onDelete: .cascade)
        try await ledger.accounts.insertMany((0..<2_000).map { Ledger.account("k\($0)", 1) })
        let (isEnded, isCleared) = (Gate(), DispatchSemaphore(value: 0))
        let other = Task.detached {
            await isEnded.isReached()
            try await ledger.accounts.clear()
            for round in 0..<4 {
                try await ledger.accounts.insertMany(
                    (0..<500).map { Ledger.account("r\(round)-\($0)", 2) })
            }
            isCleared.signal()
        }
        await #expect(throws: StoreError(.scopeEnded)) {
            try await ledger.store.transaction { tx in
                let accounts = try tx[ledger.accounts]
                if writes { try accounts.update("a", ["balance": 11]) }
                let isFirst = Flag()
                let query = accounts.where(
                    .matching { _ in
                        if isFirst.isSet { return true }
                        isFirst.set()
                        tx.draft.end()
                        Task.detached { await isEnded.pass() }
                        isCleared.wait()
                        return true
                    })
                let names = try await onThreadOfItsOwn { try query.all().map(\.name) }
                #expect(names.count == 2_001)
                #expect(names.allSatisfy { $0.hasPrefix("k") || $0 == "a" })
            }
        }
        try await other.value
        await isEnded.open()
        #expect(try ledger.held == [0, 0])
    }

    @Test func `throws in every child task, and writes nothing`() async throws {
        for round in 0..<20 {
            let ledger = try await Ledger.filled("abcdefgh")
            await #expect(throws: (any Error).self) {
                try await ledger.store.transaction { tx in
                    await withTaskGroup(of: Void.self) { group in
                        for key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
                            group.addTask {
                                for step in 0..<20 {
                                    _ = try? tx[ledger.accounts].increment(key, "balance")
                                    _ = try? tx[ledger.accounts].where(.field("balance") > 15)
                                        .count()
                                    _ = try? await tx.suspendingSavepoint {
                                        _ = try tx[ledger.accounts].update(
                                            key, ["balance": .integer(Int64(step))])
                                        await Task.yield()
                                        if step.isMultiple(of: 3) { throw Refusal() }
                                    }
                                }
                            }
                        }
                        group.addTask {
                            for _ in 0..<round * 4 { await Task.yield() }
                            tx.draft.end(because: Refusal())
                        }
                    }
                }
            }
            #expect(
                try ledger.accounts.all().compactMap { $0["balance"].int64 }
                    == Array(stride(from: 10, through: 80, by: 10)))
            #expect(try ledger.held == [0, 0])
        }
    }

    @Test func `leaves nothing behind where the store stops under it`() async throws {
        for round in 0..<20 {
            let ledger = try await Ledger.filled("abcd")
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<6 {
                    group.addTask {
                        for _ in 0..<50 {
                            do {
                                try await ledger.store.transaction(retry: .upTo(4)) { tx in
                                    let key = ["a", "b", "c", "d"][index % 4]
                                    let value =
                                        try tx[ledger.accounts].get(key)?["balance"].int64 ?? 0
                                    await Task.yield()
                                    try tx[ledger.accounts].update(
                                        key, ["balance": .integer((value + 1) % 900)])
                                }
                            } catch is TransactionConflictError {
                            } catch let error as StoreError {
                                #expect(error.reason == .stopped)
                                return
                            } catch { Issue.record("\(error)") }
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<round * 5 { await Task.yield() }
                    await ledger.store.stop()
                }
            }
            await #expect(throws: StoreError.self) {
                try await ledger.store.transaction { try $0[ledger.accounts].get("a") }
            }
        }
    }

    @Test func `closures that call back are refused or see what was there`() async throws {
        let ledger = try await Ledger.filled("abc")
        try await ledger.store.transaction { tx in
            let accounts = try tx[ledger.accounts]
            let errors = Journal()
            @Sendable func attempt(_ name: String, _ body: () throws -> Void) {
                do { try body() } catch {
                    errors.note("\(name) \((error as? StoreError)?.reason as Any)")
                }
            }
            // A query: reads, writes and savepoints all work, on what the query does not see.
            let found = try accounts.where(
                .matching { record in
                    attempt("get") { _ = try accounts.get("b") }
                    attempt("update") { try accounts.update(record.name, ["owner": "Zoe"]) }
                    attempt("savepoint") {
                        try? tx.savepoint {
                            try accounts.delete("c")
                            throw Refusal()
                        }
                    }
                    return record["owner"] != "Zoe"
                }
            ).count()
            #expect(found == 3)
            #expect(errors.lines == [])
            #expect(try accounts.where(.field("owner") == "Zoe").count() == 3)
            // A write by a predicate: everything is refused.
            try accounts.updateMany(
                where: .matching { record in
                    attempt("get") { _ = try accounts.get("b") }
                    attempt("update") { try accounts.update(record.name, ["owner": "Bea"]) }
                    attempt("savepoint") { try tx.savepoint {} }
                    attempt("query") { _ = try accounts.all() }
                    return true
                }, ["balance": 5])
            #expect(!errors.lines.isEmpty)
            #expect(errors.lines.allSatisfy { $0.contains("begun inside another write") })
            #expect(try accounts.where(.field("balance") == 5).count() == 3)
            #expect(try accounts.where(.field("owner") == "Bea").count() == 0)
            try accounts.update("a") { fields in
                attempt("closure") { _ = try accounts.get("b") }
                fields["balance"] = 6
            }
        }
        #expect(try ledger.balance("a") == 6)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `ends in the closure of an update`() async throws {
        let ledger = try await Ledger.filled("abc")
        await #expect(throws: StoreError(.scopeEnded)) {
            try await ledger.store.transaction { tx in
                let accounts = try tx[ledger.accounts]
                _ = try? tx.savepoint {
                    try accounts.update("a") { fields in
                        tx.draft.end()
                        fields["balance"] = 6
                    }
                }
                _ = try? accounts.updateMany(where: .matching { _ in true }, ["balance": 7])
            }
        }
        await #expect(throws: StoreError(.scopeEnded)) {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].updateMany(
                    where: .matching { _ in
                        tx.draft.end()
                        return true
                    }, ["balance": 7])
            }
        }
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.held == [0, 0])
    }
}

/// Runs `body` where it may block without keeping tasks from running.
private func onThreadOfItsOwn<R: Sendable>(
    _ body: @escaping @Sendable () throws -> R
) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}

final class Flag: Sendable {
    private let state = Atomic<Bool>(false)
    var isSet: Bool { state.load(ordering: .acquiring) }
    func set() { state.store(true, ordering: .releasing) }
}
