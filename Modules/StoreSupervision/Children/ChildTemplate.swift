/// What children that come and go have in common.
///
/// ```swift
/// let uploads = ChildTemplate<String>("upload", restart: .transient) { file in try await upload(file) }
/// try await supervisor.add("holiday.jpg", from: uploads)
/// ```
///
/// Children of a template that stand next to one another are stopped together, not one by one, and leave the list
/// of children when they have ended for good.
public struct ChildTemplate<Argument: Sendable>: Sendable {
    /// What the ids of its children begin with.
    public let name: String
    private let make: @Sendable (String, Argument) -> Child

    /// Describes children that do the same with different arguments.
    ///
    /// - Parameters:
    ///   - name: what their ids begin with: `upload` makes `upload-1`, `upload-2`, and so on.
    ///   - restart: when they are started again; always by default.
    ///   - grace: how long they may take to end after they were cancelled; 5 seconds by default.
    ///   - run: their work.
    public init(
        _ name: String, restart: Child.Restart = .permanent, grace: Duration = .seconds(5),
        run: @escaping @Sendable (Argument) async throws -> Void
    ) {
        self.name = name
        make = { id, argument in
            var child = Child(id, restart: restart, grace: grace) { try await run(argument) }
            child.isDynamic = true
            return child
        }
    }

    func child(_ id: String, _ argument: Argument) -> Child { make(id, argument) }
}
