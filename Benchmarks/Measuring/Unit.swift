/// What a measurement's figure counts.
public enum Unit: String, Sendable {
    case nanoseconds = "ns"
    case bytes = "bytes"
    /// Times as much, as in the throughput of two threads against one.
    case times = "x"
    /// Of a hundred.
    case percent = "%"
}
