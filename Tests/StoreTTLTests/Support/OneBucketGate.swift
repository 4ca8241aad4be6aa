import StoreCore
import Synchronization

/// Refuses deletions from one bucket, until it is opened.
final class OneBucketGate: CommitGate {
    struct Refusal: Error {}

    private let bucket: String
    private let isOpen = Atomic<Bool>(false)

    init(_ bucket: String) { self.bucket = bucket }

    func open() { isOpen.store(true, ordering: .relaxed) }

    func admit(_ proposal: Commit) throws {
        if isOpen.load(ordering: .relaxed) { return }
        let isRefused = proposal.records.contains {
            $0.bucket.name == bucket && $0.kind == .deleted
        }
        if isRefused { throw Refusal() }
    }
}
