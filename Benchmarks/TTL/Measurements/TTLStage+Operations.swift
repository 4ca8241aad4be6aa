import Measuring

extension TTLStage {
    /// Inserts into a bucket with a lifetime, or into a full one with a limit, beside those into a bucket with neither.
    func registerInserts() {
        registerInserts("ttl.insertOverhead", .lifetime)
        registerInserts("ttl.evictingInsert", .limit)
        registerInserts("ttl.evictingInsertLRU", .limitByUse)
    }

    private func registerInserts(_ name: String, _ role: Role) {
        var latest: PairedRound?
        Measurement(
            name, .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    let (subject, plain) = (try await bucket(role), try await bucket(.plain))
                    let guests = newcomers.next(20_000)
                    let round = try await WriterThread.run {
                        try await PairedRound.inserts(subject, plain: plain, guests)
                    }
                    latest = round
                    return round.subject
                },
                Contestant("plain") { _ in latest?.plain ?? .nan },
            ]
        ).register()
    }

    /// What a lifetime adds to a read by key.
    func registerGets() {
        var latest: PairedRound?
        Measurement(
            "ttl.getOverhead", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    let round = try await PairedRound.gets(
                        bucket(.lifetime), plain: bucket(.plain), picks)
                    latest = round
                    return round.subject - round.plain
                },
                Contestant("plain") { _ in latest?.plain ?? .nan },
            ]
        ).register()
    }
}
