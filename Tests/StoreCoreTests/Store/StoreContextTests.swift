import Testing

@testable import StoreCore

@Suite struct `A component's context` {
    private final class Owner: DraftOwner {
        let draft: WriteDraft
        let commitsDraft = false

        init(_ draft: WriteDraft) { self.draft = draft }
    }

    private final class Source: CausationSource {
        func causation() -> Causation { Causation("asked") }
    }

    @Test func `knows nothing of the transaction of the task that makes it`() async throws {
        let owner = Owner(try await Store.start().draft())
        let context = StoreContext.with({
            $0.transactionID = "tx-1"
            $0.draftOwner = owner
            $0.writesForbidden = "inside a transaction"
        }) { StoreContext.forComponent() }
        #expect(context.transactionID == nil)
        #expect(context.draftOwner == nil)
        #expect(context.writesForbidden == nil)
    }

    @Test func `does not say what has led to that task's writes`() {
        let context = StoreContext.with({
            $0.causation = Causation("told")
            $0.causationSource = Source()
        }) { StoreContext.forComponent() }
        #expect(context.causation == nil)
        #expect(context.causationSource == nil)
    }

    @Test func `is in none of that task's exclusive sections`() async throws {
        let store = try await Store.start()
        try await store.exclusively {
            #expect(StoreContext.current?.values.turns.count == 1)
            #expect(StoreContext.forComponent().values.turns.isEmpty)
        }
    }

    @Test func `forbids writes where it is told to`() {
        #expect(StoreContext.forComponent(forbidding: "in here").writesForbidden == "in here")
        #expect(StoreContext.forComponent().writesForbidden == nil)
    }
}
