extension TokenizerFile {
  /// Where special tokens stand, and how offsets leave out white space.
  func template() throws(DataError) -> (template: TokenTemplate, trimming: OffsetTrimming?) {
    guard let processor = try root["post_processor"] else { return (.plain, nil) }
    return try template(processor)
  }

  private func template(
    _ processor: JSONReader
  ) throws(DataError) -> (template: TokenTemplate, trimming: OffsetTrimming?) {
    switch try processor.type {
    case "TemplateProcessing":
      return (try template(from: processor), nil)
    case "BertProcessing":
      return (
        .bert(
          classification: try specialID("cls", of: processor), separator: try specialID("sep", of: processor)),
        nil
      )
    case "RobertaProcessing":
      return (
        .roberta(
          classification: try specialID("cls", of: processor), separator: try specialID("sep", of: processor)),
        try trimming(processor)
      )
    case "ByteLevel":
      return (.plain, try trimming(processor))
    case "Sequence":
      return try sequence(of: processor)
    case let type:
      throw processor.unsupported("is of type \(type)")
    }
  }

  /// A byte-level step, which trims offsets, and a template: what newer files have.
  private func sequence(
    of processor: JSONReader
  ) throws(DataError) -> (template: TokenTemplate, trimming: OffsetTrimming?) {
    var result: (template: TokenTemplate, trimming: OffsetTrimming?) = (.plain, nil)
    for step in try processor.member("processors").elements {
      switch try step.type {
      case "ByteLevel" where result.trimming == nil: result.trimming = try trimming(step)
      case "TemplateProcessing" where result.template == .plain: result.template = try template(from: step)
      case let type: throw step.unsupported("is of type \(type) inside a sequence")
      }
    }
    return result
  }

  private func trimming(_ processor: JSONReader) throws(DataError) -> OffsetTrimming? {
    try processor.flag("trim_offsets", default: true)
      ? OffsetTrimming(addsPrefixSpace: try processor.flag("add_prefix_space", default: true)) : nil
  }

  /// The id of `["[CLS]", 101]`.
  private func specialID(_ name: String, of processor: JSONReader) throws(DataError) -> Int32 {
    let elements = try processor.member(name).elements
    guard elements.count == 2 else {
      throw processor.fault("has a \"\(name)\" that is not a token and its id")
    }
    return try checkedID(elements[1])
  }

  /// An id of the vocabulary.
  private func checkedID(_ value: JSONReader) throws(DataError) -> Int32 {
    let id = try value.integer
    guard (0..<vocabulary.count).contains(id) else {
      throw value.fault("is \(id), but ids run from 0 to \(vocabulary.count - 1)")
    }
    return Int32(id)
  }

  private func template(from processor: JSONReader) throws(DataError) -> TokenTemplate {
    let special = try processor["special_tokens"]
    let single = try pieces(processor.member("single"), special)
    let pair = try pieces(processor.member("pair"), special)
    try checkTexts(single, [0], processor.member("single"))
    try checkTexts(pair, [0, 1], processor.member("pair"))
    return TokenTemplate(single: single, pair: pair)
  }

  /// Every text has to occur once.
  private func checkTexts(
    _ pieces: [TokenTemplate.Piece], _ expected: [Int], _ place: JSONReader
  ) throws(DataError) {
    let found = pieces.compactMap { piece in
      if case .sequence(let number, _) = piece { number } else { nil }
    }
    guard found.sorted() == expected else {
      throw place.unsupported("does not take each text once")
    }
  }

  private func pieces(
    _ list: JSONReader, _ special: JSONReader?
  ) throws(DataError) -> [TokenTemplate.Piece] {
    try list.elements.map { element throws(DataError) in
      if let piece = try element["SpecialToken"] {
        let name = try piece.member("id").string
        guard let token = try special?[name] else {
          throw piece.fault("names \"\(name)\", which special_tokens does not have")
        }
        let ids = try token.member("ids").elements.map { id throws(DataError) in try checkedID(id) }
        return .special(ids, type: try type(of: piece))
      }
      let piece = try element.member("Sequence")
      switch try piece.member("id").string {
      case "A": return .sequence(0, type: try type(of: piece))
      case "B": return .sequence(1, type: try type(of: piece))
      case let name: throw piece.fault("names the text \"\(name)\"")
      }
    }
  }

  private func type(of piece: JSONReader) throws(DataError) -> Int32 {
    let type = try piece["type_id"]
    guard let number = Int32(exactly: try type?.integer ?? 0), number >= 0 else {
      throw piece.fault("has a type_id that is no type")
    }
    return number
  }
}
