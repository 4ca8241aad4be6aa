import Testing

@testable import StoreCore

@Suite struct ErrorTests {
    @Test func `Store errors are told apart by reason, and carry what belongs to it`() {
        let error = StoreError(.bucketDropped("users"))
        #expect(error.reason == .bucketDropped("users"))
        #expect(error.reason != .bucketDropped("orders"))
        #expect(error.bucket == "users")
        #expect(StoreError(.stopped).bucket == nil)
        #expect("\(error)".contains("\"users\""))
    }

    @Test(arguments: [
        (StoreError.Reason.positionUnavailable(.start), true), (.positionDiverged(.start), true),
        (.anotherStore("The cursor"), true), (.outcomeUnknown(.start), false), (.stopped, false),
        (.mailboxFull, false),
    ])
    func `Who follows commits begins anew where the way from the last one is not known`(
        reason: StoreError.Reason, beginsAnew: Bool
    ) {
        #expect(StoreError(reason).needsSnapshot == beginsAnew)
    }

    static let reasons: [StoreError.Reason] = [
        .stopped, .nestedWrite, .poisoned, .doesNotSettle, .doesNotSettle("a → b"),
        .bucketNotDefined("b"),
        .bucketAlreadyExists("b"), .bucketDropped("b"), .writesForbidden("here"),
        .readsForbidden("here"), .refused("full"),
        .timedOut(waitingFor: []), .timedOut(waitingFor: ["component log"]),
    ]

    @Test(arguments: reasons)
    func `Each reason says something of its own`(reason: StoreError.Reason) {
        #expect(ErrorTests.reasons.filter { $0.description == reason.description } == [reason])
    }

    @Test func `Messages shorten the offending value`() {
        let megabyte = Value.string(String(repeating: "x", count: 1 << 20))
        let errors: [any Error] = [
            UniqueConstraintError(bucket: "b", fields: ["email"], value: megabyte, key: "1"),
            UniqueConstraintError(
                bucket: "b", fields: ["a", "b"], value: [megabyte, 1], key: "1"),
            RecordNotFoundError(bucket: "b", key: Key(megabyte)),
            ConflictError(bucket: "b", key: Key(megabyte), message: "it has changed"),
        ]
        for error in errors { #expect("\(error)".utf8.count < 300) }
        #expect("\(errors[0])".hasPrefix("Bucket \"b\" already has a record whose email is \"xxx"))
    }
}
