// A record that is referred to with `.restrict` cannot go. Where records go by themselves, that would keep them for ever,
// seen by nobody: so the two are not to be had together, whichever comes first.

extension Store {
    /// Refuses a definition by which somebody would refer with `.restrict` to records that go by themselves.
    ///
    /// Under W.
    ///
    /// - Throws: `DefinitionError` (`restricted`).
    func checkRestrictions(of definition: BucketDefinition, _ layout: Layout) throws {
        for reference in layout.references where reference.action == .restrict {
            let isItself = bytesEqual(reference.target, definition.name)
            let target = isItself ? nil : catalog.known(reference.target)
            if isItself ? definition.letsRecordsGo : target?.definition.letsRecordsGo ?? false {
                throw DefinitionError(
                    bucket: definition.name, field: reference.field, reason: .restricted,
                    message:
                        "records of bucket \(reference.target.excerpt) expire or give way to others, and "
                        + ".restrict would keep them; use .cascade or .setNull")
            }
        }
        try checkDeadlines(of: definition, layout)
        guard definition.letsRecordsGo else { return }
        for referrer in catalog.referrers(of: definition.name)
        where referrer.reference.action == .restrict {
            let (other, reference) = (referrer.bucket, referrer.reference)
            if bytesEqual(other.reference.name, definition.name) { continue }
            throw DefinitionError(
                bucket: definition.name, reason: .restricted,
                message:
                    "field \(reference.field.excerpt) of bucket \(other.reference.name.excerpt) refers to it with "
                    + ".restrict, and its records are to expire or to give way to others; use .cascade or .setNull"
            )
        }
    }

    /// Refuses a new reference with `.restrict` to records of which some have a deadline of their own.
    private func checkDeadlines(of definition: BucketDefinition, _ layout: Layout) throws {
        let former = catalog.known(definition.name)
        for reference in layout.references where reference.action == .restrict {
            let isKnown = former?.layout.layout.references.contains {
                $0.action == .restrict && bytesEqual($0.field, reference.field)
                    && bytesEqual($0.target, reference.target)
            }
            guard isKnown != true, let target = catalog.known(reference.target),
                let node = state.rootForWriter.bucket(target),
                BucketView(node, state.seed).nextDeadline != .max
            else { continue }
            throw DefinitionError(
                bucket: definition.name, field: reference.field, reason: .restricted,
                message:
                    "records of bucket \(reference.target.excerpt) have deadlines, and .restrict would keep them; "
                    + "use .cascade or .setNull, or persist those records first")
        }
    }
}
