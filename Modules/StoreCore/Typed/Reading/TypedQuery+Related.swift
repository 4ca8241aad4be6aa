extension TypedQuery {
    private func related<Related>(
        _ relation: Relation<Related>
    ) -> RelatedQuery<Model, (record: Model, related: Related)> {
        RelatedQuery(
            { try checked() }, Relation.each { try Model(row: Row($0)) }.paired(with: relation))
    }

    /// The same query, each record with the one that a property refers to.
    public func with<Target: StoreRecord>(
        _ path: KeyPath<Model, Target.Key>, _ type: Target.Type
    ) -> RelatedQuery<Model, (record: Model, related: Target?)> {
        related(.target(path))
    }

    /// The same query, each record with the one that a property refers to, if it does.
    public func with<Target: StoreRecord>(
        _ path: KeyPath<Model, Target.Key?>, _ type: Target.Type
    ) -> RelatedQuery<Model, (record: Model, related: Target?)> {
        related(.target(path))
    }

    /// The same query, each record with those of another type of which a property refers to it.
    public func with<Referrer: StoreRecord>(
        _ type: Referrer.Type, by path: KeyPath<Referrer, Model.Key>
    ) -> RelatedQuery<Model, (record: Model, related: [Referrer])> {
        related(.referrers(path))
    }

    /// The same query, each record with those of another type of which a property refers to it.
    public func with<Referrer: StoreRecord>(
        _ type: Referrer.Type, by path: KeyPath<Referrer, Model.Key?>
    ) -> RelatedQuery<Model, (record: Model, related: [Referrer])> {
        related(.referrers(path))
    }
}

extension RelatedQuery where Base: StoreRecord {
    /// The same query, each record with the one that a property refers to, too.
    public func with<Target: StoreRecord>(
        _ path: KeyPath<Base, Target.Key>, _ type: Target.Type
    ) -> RelatedQuery<Base, (record: Element, related: Target?)> {
        adding(.target(path))
    }

    /// The same query, each record with the one that a property refers to, if it does, too.
    public func with<Target: StoreRecord>(
        _ path: KeyPath<Base, Target.Key?>, _ type: Target.Type
    ) -> RelatedQuery<Base, (record: Element, related: Target?)> {
        adding(.target(path))
    }

    /// The same query, each record with those of another type of which a property refers to it, too.
    public func with<Referrer: StoreRecord>(
        _ type: Referrer.Type, by path: KeyPath<Referrer, Base.Key>
    ) -> RelatedQuery<Base, (record: Element, related: [Referrer])> {
        adding(.referrers(path))
    }

    /// The same query, each record with those of another type of which a property refers to it, too.
    public func with<Referrer: StoreRecord>(
        _ type: Referrer.Type, by path: KeyPath<Referrer, Base.Key?>
    ) -> RelatedQuery<Base, (record: Element, related: [Referrer])> {
        adding(.referrers(path))
    }
}

extension Relation {
    /// The instance that a property leads to.
    fileprivate static func target<Model: StoreRecord, Target: StoreRecord>(
        _ path: PartialKeyPath<Model>
    ) -> Relation where Related == Target? {
        let name = Model.schema.storage.name(of: path)
        let fault = name == nil ? QueryError.unknown(path, Model.schema.name) : nil
        return Relation { source in
            if let fault { throw fault }
            return try source.rows(of: name ?? "", expected: Target.schema.name) {
                try Target(row: Row($0))
            }
        }
    }

    /// The instances of which a property leads here.
    fileprivate static func referrers<Referrer: StoreRecord>(
        _ path: PartialKeyPath<Referrer>
    ) -> Relation where Related == [Referrer] {
        let name = Referrer.schema.storage.name(of: path)
        let fault = name == nil ? QueryError.unknown(path, Referrer.schema.name) : nil
        return Relation { source in
            if let fault { throw fault }
            return try source.rows(in: Referrer.schema.name, by: name ?? "") {
                try Referrer(row: Row($0))
            }
        }
    }
}
