/// Until when the records of a bucket live, as long as nobody gives them a deadline of their own.
///
/// Asked under the writer lock for every record that a commit leaves, whatever way it is written: be quick, and look at
/// nothing but the arguments. It is not asked about an insertion that brings a deadline of its own, nor where somebody
/// sets or takes away a deadline.
public struct DeadlineRule: Sendable {
    /// How a record is written.
    public enum Write: UInt8, Sendable, Hashable {
        /// Inserted, also in the place of one that the same commit deletes.
        case inserted
        /// Changed by an update, an increment, or an upsert that found it.
        case merged
        /// Given other fields in the place of all that it had.
        case replaced
    }

    let deadline: @Sendable (Write, Timestamp?, Timestamp) -> Timestamp?

    /// - Parameter deadline: is given how the record is written, its deadline so far and the commit's instant, and
    ///   returns its deadline from now on; nil: it has none.
    public init(
        _ deadline:
            @escaping @Sendable (_ write: Write, _ current: Timestamp?, _ now: Timestamp) ->
            Timestamp?
    ) {
        self.deadline = deadline
    }
}

extension DeadlineRule {
    /// Gives a record that is being written the deadline that follows from the rule.
    ///
    /// Under W, before the record is published. It notes on the record that the rule was asked, so that a commit that
    /// happens later than its operations can ask again, with the instant at which it does happen: what changes nothing
    /// now may do so then.
    @inline(__always)
    func apply(to record: RecordRef, _ write: Write, _ now: Timestamp) {
        let current = record.expiresAt
        if write == .inserted, current != .max { return }
        // A life that begins with the commit does so whatever else is merged into the record.
        if write != .merged || record.header.pointee.ruled == nil {
            record.header.pointee.ruled = write
        }
        let wanted =
            deadline(write, current == .max ? nil : Timestamp(microseconds: current), now)?
            .microseconds ?? .max
        if wanted != current { record.header.pointee.expiresAt = wanted }
    }
}

extension BucketIdentity {
    /// Gives a record that is being written the deadline that follows from the bucket's rule, if it has one.
    ///
    /// - Parameters:
    ///   - new: the record, not published yet.
    ///   - write: how it is written.
    ///   - current: what it succeeds.
    ///   - position: the position of the commit.
    ///   - now: the commit's instant.
    @inline(__always)
    func applyDeadline(
        to new: RecordStorage, _ write: DeadlineRule.Write, after current: RecordRef? = nil,
        _ position: Int64, _ now: Timestamp
    ) {
        guard let deadlineRule else { return }
        let record = RecordRef(new)
        // What the same commit has inserted before goes on to live by the commit's instant.
        if let current, current.header.pointee.position == UInt64(bitPattern: position) {
            record.header.pointee.ruled = current.header.pointee.ruled
        } else {
            record.header.pointee.ruled = nil
        }
        deadlineRule.apply(to: record, write, now)
    }
}
