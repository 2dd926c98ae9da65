/// What a tag says about its token: whether an entity begins or goes on there, and of which type.
///
/// Written `O` outside of entities, `B-person` where one begins, `I-person` where one goes on (Ramshaw, Marcus: *Text Chunking using
/// Transformation-Based Learning*, 1995; in the form of Tjong Kim Sang, Veenstra: *Representing Text Chunks*, EACL 1999).
public enum EntityTag: Sendable, Hashable {
  /// `O`: no entity.
  case outside
  /// `B-type`: an entity begins here.
  case begin(String)
  /// `I-type`: an entity goes on here.
  case inside(String)

  /// The meaning of a tag; `nil` unless it is `O`, or `B-` or `I-` and a type.
  public init?(_ tag: String) {
    if tag == "O" {
      self = .outside
      return
    }
    let type = String(tag.dropFirst(2))
    guard !type.isEmpty else { return nil }
    switch tag.prefix(2) {
    case "B-": self = .begin(type)
    case "I-": self = .inside(type)
    default: return nil
    }
  }
}

/// Neighbouring tokens that name one thing.
public struct Entity: Sendable, Hashable {
  /// The kind of thing: `person` for tokens tagged `B-person`, `I-person`.
  public let type: String

  /// Which tokens of the sentence name it.
  public let range: Range<Int>

  /// An entity of the given type and tokens.
  public init(type: String, range: Range<Int>) {
    self.type = type
    self.range = range
  }

  /// The entities that the tags of a sentence mark, in order.
  ///
  /// As `conlleval`, the script of the CoNLL shared tasks, reads them: an entity goes on as long as tags are inside of its type, and an inside
  /// tag that continues nothing, after `O` or an entity of another type, begins one. So tags in which entities begin with `I-` are read too.
  public static func entities(in tags: some Sequence<EntityTag>) -> [Entity] {
    var entities: [Entity] = []
    var open: (type: String, start: Int)?
    var place = 0
    func close() {
      if let entity = open { entities.append(Entity(type: entity.type, range: entity.start..<place)) }
      open = nil
    }
    for tag in tags {
      switch tag {
      case .outside: close()
      case .inside(let type) where open?.type == type: break
      case .begin(let type), .inside(let type):
        close()
        open = (type, place)
      }
      place += 1
    }
    close()
    return entities
  }
}
