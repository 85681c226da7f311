# phaseline.bash - completion for bash, from the tables of options.
_phaseline()
{
    local options words commands files=1
    local word=${COMP_WORDS[COMP_CWORD]}
    commands='ingest report timeline phases stalls order sources diff explain sql dialects'
    case ${COMP_WORDS[1]} in
    ingest) options='-d --db --cluster --node --dialect --dialect-file --source-tz --source-date --as-of --rehash --fail-on --strict --progress -j --jobs -q --quiet -v --verbose -h --help' ;;
    report) options='-d --db --format --details --run -o --output --fail-on --strict --color -h --help' ;;
    timeline) options='-d --db --format --details --run -o --output --color -h --help' ;;
    phases) options='-d --db --format --run -o --output --color -h --help' ;;
    stalls) options='-d --db --format --run -o --output --color -h --help' ;;
    order) options='-d --db --format --run -o --output --color -h --help' ;;
    sources) options='-d --db --format -o --output --color -h --help' ;;
    diff) options='-d --db --format -o --output --color -h --help' ;;
    explain) options='-d --db --format -o --output --color -h --help' ;;
    sql) options='-d --db --format -o --output --color -h --help' ;;
    dialects) options='--format -o --output --dialect-file -h --help' ;;
    *) options='--format --details --run -o --output --fail-on --strict --cluster --node --dialect --dialect-file --source-tz --source-date --as-of --color -q --quiet --progress -j --jobs -v --verbose --version -h --help' ;;
    esac
    words=$options
    if [[ $word != -* ]]; then
        ((COMP_CWORD == 1)) && words=$commands || words=
    fi
    case ${COMP_WORDS[COMP_CWORD - 1]} in
    --format) words='text json csv markdown ascii unicode' files= ;;
    --details) words='none nodes all' files= ;;
    --run) words='latest all' files= ;;
    -o | --output) words= ;;
    --fail-on) words='error warning any stalled failed order' files= ;;
    --cluster) return ;;
    --node) return ;;
    --dialect) return ;;
    --dialect-file) words= ;;
    --source-tz) return ;;
    --source-date) return ;;
    --as-of) return ;;
    --color) words='auto always never' files= ;;
    --progress) words='auto always never json' files= ;;
    -j | --jobs) return ;;
    -d | --db) words= ;;
    esac
    mapfile -t COMPREPLY < <(
        compgen -W "$words" -- "$word"
        [ -z "$files" ] || compgen -f -- "$word"
    )
}
complete -o filenames -F _phaseline phaseline
