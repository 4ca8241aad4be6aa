import StoreCore

/// Chooses who has not been used for long, by the SIEVE algorithm.
///
/// A hand goes over the records in the order of their insertion. Whoever was used since it last came by is passed over
/// and has to be used again to be so the next time; the first who was not gives way. What is new lies behind the last
/// record, so that the hand comes to it late: that is what keeps a scan from driving out what is in use.
final class SieveHand: @unchecked Sendable {
    /// At most so many are looked at for one victim: a writer is not to wait for a whole bucket that is in use.
    static let stepsMax = 32

    // Under the writer lock.
    private var last: Record?

    func victim(of candidates: inout VictimCandidates) -> Record? {
        var spared: (record: Record, read: Timestamp)?
        for _ in 0..<SieveHand.stepsMax {
            guard let next = candidates.oldest(after: last) ?? candidates.oldest() else { break }
            last = next
            guard let marks = candidates.marks, marks.takeVisit(of: next) else { return next }
            let read = marks.lastRead(next) ?? next.updatedAt
            if spared.map({ read < $0.read }) ?? true { spared = (next, read) }
        }
        return spared?.record
    }
}
