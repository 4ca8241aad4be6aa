import Measuring

extension Stage {
    /// Bytes per record, full and after deleting nine records in ten.
    func registerMemory() {
        let size = size
        for (name, deleting) in [("core.bytesPerRecord", false), ("core.bytesAfterDelete90", true)]
        {
            Measurement(
                name, .bytes, size, warmUps: 0, duration: .seconds(3),
                [
                    Contestant("store", roundsMax: 3) { _ in
                        try await MemoryRound.store(size.count, deleting: deleting)
                    },
                    Contestant("dictionary", roundsMax: 3) { _ in
                        try await MemoryRound.dictionary(size.count, deleting: deleting)
                    },
                    Contestant("grdb", roundsMax: 3) { _ in
                        try await MemoryRound.grdb(size.count, deleting: deleting)
                    },
                ]
            ).register()
        }
    }
}
