import Synchronization

/// What led to a write: an event, a request, a rule, and what led to that.
///
/// Of a long line of causes the newest 64 and the first are kept: a line may go on for as long as a program runs, and
/// whoever holds its end holds all of it.
public final class Causation: Sendable {
    /// What it was, for people and programs: `"event:orders.inserted"`.
    public let label: String
    /// The commit that it answered to, if it answered to one.
    public let position: Position?
    /// What led to it; behind the newest causes of a long line, the first one.
    public let cause: Causation?
    /// How many causes lead here, this one included; causes that are not kept any more count.
    public let depth: Int
    /// The earliest commit that this follows from, over all causes and all merged commits; nil if it follows from none.
    public let origin: Position?
    /// How many causes are linked from here, this one included.
    private let linked: Int

    /// How many causes of a line are kept beside the first.
    static let keptMax = 64

    /// Makes a cause; by default the current task's cause is behind it.
    ///
    /// What answers to several commits at once names the newest as `position`, the causation with the greatest depth
    /// among theirs as `cause`, and the earliest of their `Commit.origin` as `origin`.
    ///
    /// - Complexity: O(1), amortised over a line.
    public init(
        _ label: String, position: Position? = nil, cause: Causation? = Causation.current,
        origin: Position? = nil
    ) {
        self.label = label
        self.position = position
        self.origin = Causation.earliest(Causation.earliest(origin, position), cause?.origin)
        depth = (cause?.depth ?? 0) + 1
        // Seldom, and then for as many causes as may come before the next time.
        let isLong = cause.map { $0.linked >= 2 * Causation.keptMax } ?? false
        let kept = isLong ? cause?.shortened() : cause
        self.cause = kept
        linked = (kept?.linked ?? 0) + 1
    }

    private static func earliest(_ one: Position?, _ other: Position?) -> Position? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// A copy, with another origin.
    init(_ other: Causation, origin: Position) {
        label = other.label
        position = other.position
        cause = other.cause
        depth = other.depth
        self.origin = origin
        linked = other.linked
    }

    /// A copy, linked to another cause.
    private init(_ other: Causation, cause: Causation?) {
        label = other.label
        position = other.position
        self.cause = cause
        depth = other.depth
        origin = other.origin
        linked = (cause?.linked ?? 0) + 1
    }

    /// The newest causes of this line and its first, in links of their own.
    private func shortened() -> Causation? {
        chain.reversed().reduce(nil) { Causation($1, cause: $0) }
    }

    /// What the current task's writes are caused by.
    public static var current: Causation? { StoreContext.current?.causation }

    /// The chain from this to its first cause: at most the newest 64, this one included, and the first.
    public var chain: [Causation] {
        var chain: [Causation] = []
        var next: Causation? = self
        while let each = next {
            // What stands between gives way; the first cause has none.
            if chain.count < Causation.keptMax || each.cause == nil { chain.append(each) }
            next = each.cause
        }
        return chain
    }

    /// Runs `body`; commits that its task makes meanwhile carry this causation.
    public func run<R>(_ body: () async throws -> R) async rethrows -> R {
        try await StoreContext.with({ $0.causation = self }, body)
    }
}

/// Someone who runs code for others, and knows what leads to the writes that it makes.
///
/// It is asked when a commit needs the causation, and not before: most handlers of events write nothing.
public protocol CausationSource: AnyObject, Sendable {
    /// What leads to the writes.
    func causation() -> Causation
}

/// Someone whose code works on a draft: a transaction.
public protocol DraftOwner: AnyObject, Sendable {
    /// The draft.
    var draft: WriteDraft { get }
    /// Whether the owner commits the draft now: its code may not.
    var commitsDraft: Bool { get }
}

/// What a task carries along for the stores that it writes to.
///
/// Upper modules set it around the code that they run for their users; every commit made inside is stamped with it.
public final class StoreContext: Sendable {
    /// What a context says.
    public struct Values: Sendable {
        /// Stamped into commits as `Commit.transactionID`.
        public var transactionID: String?
        /// What the commits are caused by.
        public var causation: Causation?
        /// Tells what the commits are caused by, where `causation` does not say.
        public var causationSource: (any CausationSource)?
        /// When set, writes through ordinary handles throw `StoreError` with this as the explanation.
        public var writesForbidden: String?
        /// When set, reads through ordinary handles, and new snapshots, throw `StoreError` with this as the explanation, in
        /// any store, until the code has returned that the context was set for.
        public var readsForbidden: String? { didSet { readBan = nil } }
        /// The run of the code for which `readsForbidden` was set.
        var readBan: ReadBan?
        /// Whose code runs; the one write that `writesForbidden` lets through is the commit of its draft.
        public var draftOwner: (any DraftOwner)?
        /// What a drain writes follows from the commits up to here.
        var drainOrigin: Position?
        /// At most one for each store.
        var turns: [WriterTurn] = []
        /// The components on whose behalf the task runs.
        var lives: [ComponentLife] = []

        /// Adds a component; those that have ended are of no use any more.
        mutating func enter(_ life: ComponentLife) {
            lives.removeAll(where: \.isOver)
            lives.append(life)
        }

        /// Leaves the exclusive sections that the task is in: for work that is no part of them, and may outlive them.
        public mutating func leaveTurns() { turns = [] }

        /// Adds a turn; those that have ended are of no use any more.
        mutating func enter(_ turn: WriterTurn) {
            turns.removeAll(where: \.hasEnded)
            turns.append(turn)
        }
    }

    @TaskLocal static var local: StoreContext?

    let values: Values
    /// What the source has told, once it was asked.
    private let told = AtomicLazyReference<Causation>()

    init(_ values: consuming Values) { self.values = values }

    /// A context that says nothing.
    public convenience init() { self.init(Values()) }

    /// The transaction that a commit is stamped with: none where a task has outlived it, and is no part of it.
    var stampedTransactionID: String? {
        values.draftOwner?.draft.isOver == true ? nil : values.transactionID
    }

    /// Whose code runs, if it works on a draft.
    public var draftOwner: (any DraftOwner)? { values.draftOwner }

    /// Stamped into commits as their transaction.
    public var transactionID: String? { values.transactionID }
    /// Whether the task runs on behalf of a living component of the store whose writers these are.
    func isComponent(of writers: WriterQueue) -> Bool {
        values.lives.contains { $0.isIn(writers) }
    }
    /// Whether the task is inside an exclusive section of some store, so that others may be waiting for it.
    public var hasTurn: Bool { values.turns.contains { !$0.hasEnded } }
    func hasTurn(in queue: WriterQueue) -> Bool { values.turns.contains { $0.isIn(queue) } }
    func turn(in queue: WriterQueue) -> WriterTurn? { values.turns.first { $0.isIn(queue) } }
    /// Nothing is forbidden any more to a task that has outlived the draft for the sake of which it was.
    var writesForbidden: String? {
        guard let forbidden = values.writesForbidden else { return nil }
        return values.draftOwner?.draft.isOver == true ? nil : forbidden
    }
    /// What the commits are caused by.
    public var causation: Causation? {
        if let causation = values.causation { return causation }
        guard let source = values.causationSource else { return nil }
        return told.load() ?? told.storeIfNil(source.causation())
    }

    /// What a commit is stamped with: what a drain writes belongs to what it was drained for.
    var stampedCausation: Causation? {
        guard let origin = values.drainOrigin else { return causation }
        return causation?.following(origin) ?? Causation("settle", cause: nil, origin: origin)
    }

    /// Who knows what the commits are caused by, if that is somebody.
    public var causationSource: (any CausationSource)? { values.causationSource }

    /// The current task's context.
    public static var current: StoreContext? { local }

    /// A context for a component's own tasks: the current task's, without what is that task's own matter.
    ///
    /// A component is made by whichever task happens to be the first to need it, and outlives it. The task's
    /// transaction, what leads to its writes and its exclusive sections do not come along; what is left tells the store
    /// that its component writes.
    ///
    /// - Parameters:
    ///   - explanation: when set, writes through ordinary handles throw `StoreError` with it.
    ///   - readsExplanation: when set, reads through them do, too, with this one.
    /// - Returns: the context, to run the component's tasks in.
    public static func forComponent(
        forbidding explanation: String? = nil, forbiddingReads readsExplanation: String? = nil
    ) -> StoreContext {
        var values = local?.values ?? Values()
        values.transactionID = nil
        values.causation = nil
        values.causationSource = nil
        values.writesForbidden = explanation
        values.readsForbidden = readsExplanation
        values.draftOwner = nil
        values.drainOrigin = nil
        values.leaveTurns()
        return StoreContext(values)
    }

    /// Runs `body` with a changed context, in the caller's isolation.
    ///
    /// A closure that is not isolated to the caller's actor would leave it, and come back: two switches of threads.
    public static func with<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ change: (inout Values) -> Void, _ body: () async throws -> R
    ) async rethrows -> R {
        var values = local?.values ?? Values()
        change(&values)
        let ban = values.beginReadBan()
        defer { ban?.end() }
        return try await $local.withValue(StoreContext(consume values)) {
            _ = isolation
            return try await body()
        }
    }

    /// Runs `body` in this context, with somebody who knows what its writes are caused by.
    public func run(
        isolation: isolated (any Actor)? = #isolation, causedBy source: any CausationSource,
        _ body: () async throws -> Void
    ) async throws {
        var values = values
        values.causation = nil
        values.causationSource = source
        let ban = values.beginReadBan()
        defer { ban?.end() }
        try await StoreContext.$local.withValue(StoreContext(values)) {
            _ = isolation
            try await body()
        }
    }

    /// Runs `body` in this context, whatever the task's own is.
    public func run<R>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
    ) async rethrows -> R {
        // Each run of forbidden code has an end of its own.
        guard values.readsForbidden == nil else {
            return try await StoreContext.with(isolation: isolation, { $0 = values }, body)
        }
        return try await StoreContext.$local.withValue(self) {
            _ = isolation
            return try await body()
        }
    }

    /// Runs a synchronous `body` with a changed context.
    public static func with<R>(
        _ change: (inout Values) -> Void, _ body: () throws -> R
    ) rethrows -> R {
        var values = local?.values ?? Values()
        change(&values)
        let ban = values.beginReadBan()
        defer { ban?.end() }
        return try $local.withValue(StoreContext(consume values), operation: body)
    }
}
