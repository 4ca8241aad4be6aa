/// Why a supervisor refused what was asked, or ended.
///
/// ```swift
/// do { try await supervisor.run() } catch let error as SupervisorError where error.reason == .restartsExceeded { … }
/// ```
public struct SupervisorError: Error, Sendable {
    /// What kind of fault it is, for a program.
    public let reason: Reason
    /// The child that it is about, if it is about one.
    public let child: String?
    /// What the child threw last, if that is the cause.
    public let underlying: (any Error)?
    private let cause: String?

    /// Makes an error.
    public init(_ reason: Reason, child: String? = nil, underlying: (any Error)? = nil) {
        self.init(reason, child: child, underlying.map(ChildFailure.init))
    }

    init(_ reason: Reason, child: String?, _ failure: ChildFailure?) {
        self.reason = reason
        self.child = child
        underlying = failure?.error
        cause = failure?.text
    }

    /// The kinds of faults.
    ///
    /// Later releases may add some.
    public struct Reason: Sendable, Hashable {
        private let text: String

        /// Another child has the id already.
        public static let duplicateChild = Self(
            text: "another child has this id; choose another one")
        /// No child has the id.
        public static let unknownChild = Self(text: "there is no child with this id")
        /// A child's setup threw when it was started for the first time, or by request.
        public static let setupFailed = Self(text: "its setup failed")
        /// A child's setup took longer than its limit.
        public static let setupTimedOut = Self(
            text: "its setup took longer than its limit; make it shorter, or raise the limit")
        /// Children failed more often than the limit allows: the supervisor has ended.
        public static let restartsExceeded = Self(
            text:
                "restarts exceeded the limit, so that the supervisor stopped; see what the child threw"
        )
        /// A child was cancelled and did not end within its grace period.
        public static let didNotEnd = Self(
            text: "it was cancelled and runs on; it has to react to cancellation")
        /// The supervisor has been started before.
        public static let alreadyStarted = Self(
            text: "a supervisor is started once; make another one")
        /// The supervisor has not been started yet.
        public static let notStarted = Self(text: "the supervisor has to be started first")
        /// The supervisor has stopped, or is about to.
        public static let stopped = Self(text: "the supervisor has stopped; make another one")

        var sentence: String { text }
    }
}

extension SupervisorError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    public var description: String {
        let about = child.map { "Child \"\($0.prefix(80))\": " } ?? ""
        let cause = cause.map { " (\($0))" } ?? ""
        return "\(about)\(reason.sentence)\(cause)"
    }
}
