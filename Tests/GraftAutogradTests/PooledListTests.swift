import GraftTensor
import Testing

@testable import GraftAutograd

@Suite struct PooledListTests {
  private final class Token {}

  @Test func keepsItsElementsWhileItGrows() {
    let list = PooledList<Int>(capacity: 1)
    for number in 0..<1000 { list.append(number) }
    #expect(list.count == 1000)
    #expect((0..<1000).allSatisfy { list.place($0).pointee == $0 })
    list.place(3).pointee = -1
    #expect(list.place(3).pointee == -1)
  }

  @Test func releasesItsElements() {
    let token = Token()
    weak var watched: Token?
    do {
      let list = PooledList<Token>(capacity: 2)
      for _ in 0..<10 { list.append(Token()) }
      watched = list.place(7).pointee
      list.append(token)
      #expect(watched != nil)
    }
    #expect(watched == nil)
  }

  @Test func trapsOutside() async {
    await #expect(processExitsWith: .failure) {
      let list = PooledList<Int>(capacity: 4)
      list.append(1)
      _ = list.place(1).pointee
    }
  }
}
