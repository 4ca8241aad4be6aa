import Foundation

/// Writes each measurement as it ends: a line of the table to standard error, and to the file that
/// `STRATA_BENCH_ROWS` names a JSON object per line, or a line that begins with `#` if it failed.
public final class Report: @unchecked Sendable {
    /// The process's report.
    public static let shared = Report()

    /// The contestant that the others are measured against.
    public static let subject = "store"

    private let rows: FileHandle?

    private init() {
        guard let path = ProcessInfo.processInfo.environment["STRATA_BENCH_ROWS"] else {
            rows = nil
            return
        }
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        rows = FileHandle(forWritingAtPath: path)
        _ = try? rows?.seekToEnd()
    }

    func add(_ name: String, _ unit: Unit, _ samples: Samples) {
        let subject = samples.median(of: Self.subject)
        let peers = samples.names.filter { $0 != Self.subject }
        var line = name.padded(to: 34) + (subject.map { figure($0, unit) } ?? "–").padded(to: 16)
        for peer in peers {
            guard let value = samples.median(of: peer) else { continue }
            let ratio =
                subject.flatMap { value == 0 ? nil : String(format: " (%.2f×)", $0 / value) } ?? ""
            line += "\(peer) \(figure(value, unit))\(ratio)".padded(to: 36)
        }
        note(line)
        for row in jsonRows(name, unit, subject, peers.map { ($0, samples.median(of: $0)) }) {
            rows?.write(Data((row + "\n").utf8))
        }
    }

    func fail(_ name: String, _ error: any Error) {
        note("\(name) FAILED: \(error)")
        rows?.write(Data("# \(name)\n".utf8))
    }

    /// Writes a line to standard error.
    private func note(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private func jsonRows(
        _ name: String, _ unit: Unit, _ value: Double?, _ peers: [(String, Double?)]
    ) -> [String] {
        let head =
            "{\"name\": \"\(name)\", \"value\": \(number(value)), \"unit\": \"\(unit.rawValue)\""
        guard !peers.isEmpty else {
            return ["\(head), \"peer\": null, \"peerValue\": null, \"ratio\": null}"]
        }
        return peers.map { peer, peerValue in
            var ratio: Double?
            if let value, let peerValue, peerValue != 0 { ratio = value / peerValue }
            let tail = "\"peerValue\": \(number(peerValue)), \"ratio\": \(number(ratio))}"
            return "\(head), \"peer\": \"\(peer)\", \(tail)"
        }
    }

    private func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "null" }
        return String(format: abs(value) < 100 ? "%.3f" : "%.1f", value)
    }

    private func figure(_ value: Double, _ unit: Unit) -> String {
        switch unit {
        case .bytes: String(format: "%.0f B", value)
        case .times: String(format: "%.2f×", value)
        case .percent: String(format: "%.2f %%", value)
        case .nanoseconds where value < 10_000: String(format: "%.1f ns", value)
        case .nanoseconds where value < 10_000_000: String(format: "%.1f µs", value / 1_000)
        case .nanoseconds: String(format: "%.1f ms", value / 1_000_000)
        }
    }
}

extension String {
    /// The string with spaces after it, up to `width` characters and always one.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
