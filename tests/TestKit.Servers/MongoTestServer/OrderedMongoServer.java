import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The wire-compatible server of the test material, in memory, with what MongoDB has and it has not: indexes that serve ranges and
 * orders. Without them each such query reads its whole collection and keeps every other caller out meanwhile.
 *
 * <p>java -cp 'lib/*' OrderedMongoServer.java PORT prints "ready HOST:PORT" and serves until it is ended. PORT 0 picks a free one.
 */
public class OrderedMongoServer {
  public static void main(String[] args) throws Exception {
    OrderedBackend backend = new OrderedBackend();
    backend.version(new MongoVersion() {
      public List<Integer> getVersionArray() {
        return List.of(5, 0, 0);
      }

      public int getWireVersion() {
        return 13;
      }
    });
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
    InetSocketAddress at = server.getLocalAddress();
    System.out.println("ready " + at.getAddress().getHostAddress() + ":" + at.getPort());
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    Thread.currentThread().join();
  }
}

final class OrderedBackend extends MemoryBackend {
  @Override
  public MemoryDatabase openOrCreateDatabase(String name) {
    return new OrderedDatabase(name, getCursorRegistry());
  }
}

final class OrderedDatabase extends MemoryDatabase {
  private final CursorRegistry cursors;

  OrderedDatabase(String name, CursorRegistry cursors) {
    super(name, cursors);
    this.cursors = cursors;
  }

  @Override
  protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
    // The constructor above opens a collection of its own, before the field is set.
    return cursors == null ? super.openOrCreateCollection(name, options) : new OrderedCollection(this, name, options, cursors);
  }
}

final class OrderedCollection extends MemoryCollection {
  private final List<OrderedIndex> ordered = new ArrayList<>();

  OrderedCollection(MongoDatabase database, String name, CollectionOptions options, CursorRegistry cursors) {
    super(database, name, options, cursors);
  }

  @Override
  public synchronized void addIndex(Index<Integer> index) {
    super.addIndex(index);
    OrderedIndex beside = new OrderedIndex(index);
    if (ordered.stream().noneMatch(other -> other.getName().equals(beside.getName()))) {
      super.addIndex(beside);
      ordered.add(beside);
    }
  }

  @Override
  public synchronized void dropIndex(String name) {
    super.dropIndex(name);
    if (ordered.removeIf(index -> index.getName().equals(OrderedIndex.nameOf(name)))) {
      super.dropIndex(OrderedIndex.nameOf(name));
    }
  }

  /** Nobody asks for it, and it costs two encodings of each document that is written. */
  @Override
  protected boolean tracksDataSize() {
    return false;
  }

  /** A query in the order of an index ends at its limit, as MongoDB's does; others go the usual way. */
  @Override
  protected QueryResult queryDocuments(Document query, Document orderBy, int skip, int limit, int batch, Document fields) {
    for (OrderedIndex index : ordered) {
      if (index.isOrderOf(orderBy) && index.canHandle(query)) {
        Iterator<Integer> positions = index.between(query, orderBy.values().stream().allMatch(way -> ((Number) way).intValue() < 0));
        List<Document> found = new ArrayList<>();
        int left = skip;
        while (positions.hasNext() && (limit <= 0 || found.size() < limit)) {
          Document document = getDocument(positions.next());
          if (documentMatchesQuery(document, query) && left-- <= 0) {
            found.add(document);
          }
        }

        return matchDocumentsFromStream(found.stream(), new Document(), null, 0, 0, batch, fields);
      }
    }

    return super.queryDocuments(query, orderBy, skip, limit, batch, fields);
  }
}

/** Texts of one field in their order, and of equal ones by their documents' ids. Finds more than is asked for; whoever asks looks at each. */
final class OrderedIndex extends Index<Integer> {
  private record Place(String text, String id) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byText = text.compareTo(other.text);
      return byText != 0 ? byText : id.compareTo(other.id);
    }
  }

  private final NavigableMap<Place, Integer> places = new TreeMap<>();
  private final String field;
  private boolean incomplete;

  OrderedIndex(Index<Integer> beside) {
    super(nameOf(beside.getName()), List.of(beside.getKeys().get(0)), true);
    field = beside.getKeys().get(0).getKey();
  }

  static String nameOf(String beside) {
    return beside + " ordered";
  }

  boolean isOrderOf(Document orderBy) {
    if (orderBy == null || orderBy.isEmpty()) {
      return false;
    }

    List<String> fields = List.copyOf(orderBy.keySet());
    long ways = orderBy.values().stream().map(way -> ((Number) way).intValue()).distinct().count();
    return ways == 1 && (fields.equals(List.of(field)) || fields.equals(List.of(field, "_id")));
  }

  /** From the first that may be asked for to the last. */
  Iterator<Integer> between(Document query, boolean descending) {
    Object asked = query.get(field);
    String from = "";
    String to = null;
    if (asked instanceof String text) {
      from = text;
      to = text;
    } else {
      for (Map.Entry<String, Object> bound : ((Document) asked).entrySet()) {
        String text = (String) bound.getValue();
        switch (bound.getKey()) {
          case "$gt", "$gte" -> from = text.compareTo(from) > 0 ? text : from;
          case "$lt", "$lte" -> to = to == null || text.compareTo(to) < 0 ? text : to;
          default -> throw new IllegalStateException(bound.getKey());
        }
      }
    }

    NavigableMap<Place, Integer> range = places.tailMap(new Place(from, ""), true);
    if (to != null) {
      // What follows all that begin with it.
      Place end = new Place(to + '\0', "");
      range = end.compareTo(new Place(from, "")) <= 0 ? new TreeMap<>() : range.headMap(end, false);
    }

    return (descending ? range.descendingMap() : range).values().iterator();
  }

  @Override
  public boolean canHandle(Document query) {
    Object asked = query.get(field);
    if (incomplete) {
      return false;
    }

    if (asked instanceof String) {
      return true;
    }

    return asked instanceof Document bounds
        && !bounds.isEmpty()
        && bounds.entrySet().stream().allMatch(bound -> bound.getValue() instanceof String && List.of("$gt", "$gte", "$lt", "$lte").contains(bound.getKey()));
  }

  @Override
  public Iterable<Integer> getPositions(Document query) {
    return () -> between(query, false);
  }

  @Override
  public Integer getPosition(Document document) {
    Place place = placeOf(document);
    return place == null ? null : places.get(place);
  }

  @Override
  public void checkAdd(Document document, MongoCollection<Integer> collection) {
  }

  @Override
  public void add(Document document, Integer position, MongoCollection<Integer> collection) {
    Place place = placeOf(document);
    if (place != null) {
      places.put(place, position);
    } else if (document.get(field) instanceof String || document.get(field) instanceof Collection) {
      incomplete = true;
    }
  }

  @Override
  public Integer remove(Document document) {
    Place place = placeOf(document);
    return place == null ? null : places.remove(place);
  }

  @Override
  public void checkUpdate(Document before, Document after, MongoCollection<Integer> collection) {
  }

  @Override
  public void updateInPlace(Document before, Document after, Integer position, MongoCollection<Integer> collection) {
    Place place = placeOf(after);
    if (place == null || !place.equals(placeOf(before))) {
      remove(before);
      add(after, position, collection);
    }
  }

  @Override
  public long getCount() {
    return places.size();
  }

  @Override
  public long getDataSize() {
    return places.size();
  }

  @Override
  public void drop() {
    places.clear();
  }

  // Only texts can be asked for in an order; a text that cannot stand here spoils the index.
  private Place placeOf(Document document) {
    return document.get(field) instanceof String text && document.get("_id") instanceof String id ? new Place(text, id) : null;
  }
}
