"""A throw-away PostgreSQL 15 on a Unix socket, and a connection to it through libpq. Standard library only."""
import atexit, ctypes, ctypes.util, glob, os, pwd, shutil, signal, subprocess, tempfile, time


def _binaries():
    found = sorted(glob.glob('/usr/lib/postgresql/15/bin')) + [os.path.dirname(shutil.which('initdb') or '')]
    for folder in found:
        if folder and os.path.exists(os.path.join(folder, 'initdb')):
            return folder
    return None


BINARIES = _binaries()


def is_available():
    return BINARIES is not None and ctypes.util.find_library('pq') is not None


# The server's wall clock stands still, timers still run: they use the monotonic clock or the kernel.
FROZEN_CLOCK = """
#include <sys/time.h>
#include <time.h>
int gettimeofday(struct timeval *restrict now, void *restrict zone) { now->tv_sec = %d; now->tv_usec = 0; return 0; }
time_t time(time_t *now) { if (now) *now = %d; return %d; }
"""


def _frozen_clock(folder, seconds):
    with open(f'{folder}/clock.c', 'w') as file:
        file.write(FROZEN_CLOCK % (seconds, seconds, seconds))
    subprocess.run(['cc', '-shared', '-fPIC', '-o', f'{folder}/clock.so', f'{folder}/clock.c'], check=True)
    return f'{folder}/clock.so'


def start(now=None):
    """Starts a cluster in a temporary folder that is removed at exit; gives the folder of its socket.

    With `now`, in seconds since 1970, its clock stands still there; this needs a C compiler.
    """
    folder = tempfile.mkdtemp(prefix='scout-differential.', dir='/tmp')
    as_user, as_clock = [], []
    if now is not None:
        as_clock = ['env', f'LD_PRELOAD={_frozen_clock(folder, now)}']
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, 'postgres')
        as_user = ['runuser', '-u', 'postgres', '--']
    subprocess.run(
        as_user + [f'{BINARIES}/initdb', '-D', f'{folder}/data', '-U', 'postgres', '-A', 'trust', '--encoding=UTF-8',
                   '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US', '--no-sync'],
        check=True, stdout=subprocess.DEVNULL, cwd='/')
    log = open(f'{folder}/log', 'wb')
    server = subprocess.Popen(
        as_user + as_clock + [f'{BINARIES}/postgres', '-D', f'{folder}/data', '-k', folder, '-c', 'listen_addresses=',
                   '-c', 'fsync=off', '-c', 'autovacuum=off', '-c', 'jit=off', '-c', 'lc_messages=C',
                   '-c', 'max_parallel_workers_per_gather=0'],
        stdout=log, stderr=log, cwd='/')

    def stop():
        try:
            with open(f'{folder}/data/postmaster.pid') as file:
                os.kill(int(file.readline()), signal.SIGINT)
            server.wait(60)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    for _ in range(100):
        time.sleep(0.1)
        if subprocess.run([f'{BINARIES}/pg_isready', '-q', '-h', folder]).returncode == 0:
            return folder
    raise SystemExit('PostgreSQL did not start: ' + open(f'{folder}/log').read())


class Connection:
    def __init__(self, folder, database='postgres', user='postgres'):
        self._pq = pq = ctypes.CDLL(ctypes.util.find_library('pq'))
        pointer, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
        for name, result, arguments in [
                ('PQconnectdb', pointer, [text]), ('PQstatus', number, [pointer]),
                ('PQerrorMessage', text, [pointer]), ('PQexec', pointer, [pointer, text]),
                ('PQresultStatus', number, [pointer]), ('PQntuples', number, [pointer]),
                ('PQnfields', number, [pointer]), ('PQfname', text, [pointer, number]),
                ('PQcmdStatus', text, [pointer]), ('PQftype', ctypes.c_uint, [pointer, number]), ('PQgetvalue', text, [pointer, number, number]),
                ('PQgetisnull', number, [pointer, number, number]), ('PQclear', None, [pointer]),
                ('PQresultErrorField', text, [pointer, number])]:
            function = getattr(pq, name)
            function.restype, function.argtypes = result, arguments
        self._notices = ctypes.CFUNCTYPE(None, pointer, text)(lambda a, message: None)
        options = "options='-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c statement_timeout=10s'"
        self._c = pq.PQconnectdb(
            f'host={folder} dbname={database} user={user} client_encoding=UTF8 {options}'.encode())
        if pq.PQstatus(self._c) != 0:
            raise SystemExit(pq.PQerrorMessage(self._c).decode())
        pq.PQsetNoticeProcessor.argtypes = [pointer, type(self._notices), pointer]
        pq.PQsetNoticeProcessor(self._c, self._notices, None)
        self._types = {}

    def run(self, sql):
        """What the last statement of `sql` gave, in the form that the probe prints too."""
        pq, r = self._pq, self._pq.PQexec(self._c, sql.encode())
        try:
            if pq.PQresultStatus(r) not in (0, 1, 2):
                field = lambda code: (pq.PQresultErrorField(r, ord(code)) or b'').decode()
                return {'columns': [], 'types': [], 'rows': [],
                        'error': {'sqlstate': field('C'), 'message': field('M'), 'detail': field('D') or None,
                                  'hint': field('H') or None, 'position': int(field('P')) if field('P') else None}}
            width, tag = pq.PQnfields(r), pq.PQcmdStatus(r).decode()
            answer = {'columns': [pq.PQfname(r, j).decode() for j in range(width)], 'rows': [], 'error': None}
            for i in range(pq.PQntuples(r)):
                answer['rows'].append([None if pq.PQgetisnull(r, i, j) else pq.PQgetvalue(r, i, j).decode()
                                       for j in range(width)])
            oids = [pq.PQftype(r, j) for j in range(width)]
        finally:
            pq.PQclear(r)
        answer['types'] = [self._type_name(oid) for oid in oids]
        answer['tag'] = tag
        return answer

    def _type_name(self, oid):
        if oid not in self._types:
            self._types[oid] = self.run(f'select format_type({oid}, null)')['rows'][0][0] if oid != 25 else 'text'
        return self._types[oid]
